"""The attack suite, read: every hostile bundle gets its verdict before anything of it ran."""

from __future__ import annotations

import subprocess
import sys

import pytest

from medai.bundles import Bundle
from medai.bundles.audit import Verdict, audit
from medai.errors import InputError
from support.attacks import ASKED, DAMAGED, IGNORED, REFUSED, Attack, all_folders
from support.traps import Trap, armed

VERDICTS = {REFUSED: Verdict.REFUSED, ASKED: Verdict.NEEDS_TRUST, IGNORED: Verdict.SAFE}
ATTACKS = all_folders()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_it_is_judged_and_nothing_of_it_runs(attack: Attack, tmp_path):
    trap = Trap(tmp_path / "trap", port=9)
    root = attack.make(tmp_path / "tiny", trap)
    with armed(trap):
        if attack.expected == DAMAGED and not attack.at_run:
            with pytest.raises(InputError) as problem:
                audit(Bundle.open(root))
            assert str(problem.value).endswith(".")
        else:
            found = audit(Bundle.open(root))
            # What only a run can tell may look safe to the audit.
            assert found.verdict is VERDICTS.get(attack.expected) or (attack.at_run and found.verdict is Verdict.SAFE), found
            assert all(reason.part and reason.text.strip() for reason in found.reasons)
            assert bool(found.files) is (found.verdict is Verdict.NEEDS_TRUST)
    assert trap.check() == []


def test_there_are_enough_of_them_and_most_are_refused_or_asked_for():
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    assert sum(attack.expected in (REFUSED, ASKED) for attack in ATTACKS) >= 45


def test_the_audit_loads_no_large_library_and_imports_nothing_of_the_bundle(tmp_path):
    trap = Trap(tmp_path / "trap", port=9)
    root = next(attack for attack in ATTACKS if attack.name == "own code").make(tmp_path / "tiny", trap)
    code = (
        "import sys; from pathlib import Path; from medai.bundles import Bundle; from medai.bundles.audit import audit;"
        "print(audit(Bundle.open(Path(sys.argv[1]))).verdict.value, {'torch', 'monai', 'scripts.net'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "needs trust set()"
    assert trap.check() == []

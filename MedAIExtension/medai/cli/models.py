"""``medai models``: which models there are, all about one, and putting them in and out of the store."""

from __future__ import annotations

import typer

from . import modelcards, modelstore

app = typer.Typer(help="Which models there are, all about one, installing and removing them.", no_args_is_help=True)
app.command("list")(modelcards.list_models)
app.command("show")(modelcards.show_model)
app.command("install")(modelstore.install_model)
app.command("remove")(modelstore.remove_model)
app.command("verify")(modelstore.verify_models)
app.command("export")(modelstore.export_models)
app.command("convert")(modelstore.convert_model)

"""What tests of several rooms share: small bundles and images made on the spot, and where the real scans are."""

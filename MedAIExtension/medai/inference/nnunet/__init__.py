"""nnU-Net's own way of running a network: its preprocessing, windows, averaging and way back, step by step as it does them."""

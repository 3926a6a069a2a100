"""Runs: what was asked, waited for or in the background, and the worker that all of them share."""

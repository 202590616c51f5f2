"""The script that Streamlit runs, anew for every click."""

from net30.ui.shell import run

run()

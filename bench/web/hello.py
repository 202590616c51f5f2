"""Hello: the least that Streamlit shows, a heading and a figure, on its own server."""

import streamlit as st

st.title("Dashboard")
st.html('<div class="tile-value">1</div>')

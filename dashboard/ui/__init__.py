"""What pages are made of: components, charts, maps, and the frames of Dash and of plain HTML."""

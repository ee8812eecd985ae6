"""`/cases`, one case, and `/work`: pages of plain HTML, of which scripts keep the lists fresh and send the acts."""

"""The catalogue of what the city has to give: data sets, who may have them, and who decided that."""

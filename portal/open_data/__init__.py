"""The catalogue of open data as other programs read it: DCAT-US, DCAT-AP, and the actions of CKAN."""

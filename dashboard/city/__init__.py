"""The present state of the city, as screens need it: no web, no drawing. Frames in, plain values out."""

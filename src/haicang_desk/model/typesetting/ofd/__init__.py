"""OFD (GB/T 33190—2016), a second writer behind the canvas: a trial, until a maker's reader has judged it."""

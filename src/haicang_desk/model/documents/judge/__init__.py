"""The judge of content before printing: what no document may show, a module a subject. See ``proofreading``."""

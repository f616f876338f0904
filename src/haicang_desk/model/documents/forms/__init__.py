"""Forms: filled in, signed, sealed and filed. A file a stage, a function a form."""

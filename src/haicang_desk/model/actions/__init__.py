"""What a person can do: one function for every verb. Screens and commands write through these only."""

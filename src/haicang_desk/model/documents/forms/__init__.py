"""The forms of the policy and its annexes, one function each."""

"""SHA-256 of each policy file that this release ships, so that an edited one is told from a new release.

Made by ``python -m scripts.seal_policy_files`` whenever one of them is changed on purpose.
"""

SHIPPED_DIGESTS = {
    "2018.toml": "e4f7310b2913fe64393eaa29370b551bd299c14a2d2f0a79c4fdf18bcad8bc8d",
    "words.toml": "096c28b351d3d0b6857e1c45e0145970d740e1a5915a1323aa6dae99b8bc8631",
}

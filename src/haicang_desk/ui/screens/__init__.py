"""One file a screen; `haicang_desk.ui.navigation` lists them."""

"""One file a screen; `haicang_desk.ui.shell.navigation` lists them."""

"""The screens, one module each; `haicang_desk.ui.shell.navigation` lists them."""

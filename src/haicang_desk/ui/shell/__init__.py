"""The application around the screens: main window, menus, navigation, settings, jobs and printing."""

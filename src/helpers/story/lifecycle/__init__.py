"""The page on how customers come, stay and go: at which stage each is, from when on a stage holds, who comes back."""

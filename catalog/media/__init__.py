"""Pictures and documents of goods: checked by their content, pictures written anew, stored by their digest."""

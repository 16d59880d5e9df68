"""The language of conditions on contacts: a text is read into a small tree, and the tree is asked of the base.

tokens -> grammar -> tree -> among. What is typed becomes names of `fields` and bound values, never text of a statement.
"""

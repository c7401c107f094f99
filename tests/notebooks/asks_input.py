# %% [markdown]
# It waits for somebody to type.

# %% task="double" says="This cell asks for input(), and nobody is there to answer while it is graded. Remove the call."
name = input("Your name? ")

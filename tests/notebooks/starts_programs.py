# %% [markdown]
# As many programs as it gets, none of them waited for.

# %% task="double" says="This cell started more than the 16 processes that a submission may have at once." ends="kernel"
import subprocess

while True:
    subprocess.Popen(["sleep", "1000"], start_new_session=True)

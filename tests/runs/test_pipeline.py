from pathlib import Path
import json
def test_pub(published):
    root, done = published
    print(done.stderr, done.stdout)
    print((root/"reports/acme/latest/run.json").read_text())
    assert done.returncode==0
def test_plain(kit):
    print(kit("run","acme"))

package toolchain

import (
	"errors"
	"os"
	"testing"
	"time"
)

// Whatever is done to a tool, its interpreter or a module of an environment, the stamp changes.
func TestStampChanges(t *testing.T) {
	past := time.Unix(1_700_000_000, 0)
	put := func(path, text string) error {
		return errors.Join(os.WriteFile(path, []byte(text), 0o755), os.Chtimes(path, past, past))
	}
	for _, tt := range []struct {
		name, tool, file string
		want             bool
	}{
		{"in place, of the same size and time", "node", "a/bin/node", true},
		{"interpreter", "wrapper", "a/bin/real", true},
		{"interpreter by env", "byenv", "a/bin/node", true},
		{"another tool", "node", "a/bin/real", false},
		{"module", "python3", "venv/lib/python3.12/site-packages/m/x.py", true},
		{"compiled module", "python3", "venv/lib/python3.12/site-packages/m/__pycache__/x.pyc", false},
	} {
		h := home(t, "a/bin/node*", "a/bin/real*", "a/bin/wrapper* = #!$HOME/a/bin/real -x\n", "a/bin/byenv* = #!/usr/bin/env -S A=1 node\n",
			"venv/pyvenv.cfg", "venv/bin/python3 -> $HOME/py/bin/python3", "py/bin/python3*",
			"venv/lib/python3.12/site-packages/m/x.py = one", "venv/lib/python3.12/site-packages/m/__pycache__/x.pyc = one")
		f := &Finder{Path: h + "/a/bin:" + h + "/venv/bin", Home: h}
		if err := put(h+"/"+tt.file, "one"); err != nil {
			t.Fatal(err)
		}
		before, err := f.Find(tt.tool)
		if err == nil {
			err = put(h+"/"+tt.file, "two")
		}
		if err != nil {
			t.Fatal(err)
		}
		after, err := f.Find(tt.tool)
		if err != nil || (before.Stamp != after.Stamp) != tt.want {
			t.Errorf("%s: changes: %v, %v; want %v", tt.name, before.Stamp != after.Stamp, err, tt.want)
		}
	}
}

// A script whose interpreter is itself, or a pipe, ends.
func TestStampEnds(t *testing.T) {
	h := home(t, "a/bin/loop* = #!$HOME/a/bin/loop\n")
	if _, err := (&Finder{Path: h + "/a/bin", Home: h}).Find("loop"); err != nil {
		t.Error(err)
	}
}

package run

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
)

// What a program puts in the place of something granted is neither shown to the next one nor changed by
// it, and the others run.
func TestReplacedGrant(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(root string) error
	}{
		{"a link", func(root string) error {
			return errors.Join(os.Rename(root+"/out/data", root+"/out/old"), os.Symlink(root+"/home", root+"/out/data"))
		}},
		{"the folder above", func(root string) error {
			return errors.Join(os.Rename(root+"/out", root+"/old"), os.Mkdir(root+"/out", 0o755), os.Symlink(root+"/home", root+"/out/data"))
		}},
		{"gone", func(root string) error { return os.RemoveAll(root + "/out/data") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root, err := filepath.EvalSymlinks(files(t, map[string]string{"deck/deck.md": "", "out/data/x": "", "home/x": ""}))
			if err != nil {
				t.Fatal(err)
			}
			f := &fake{do: func(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
				return sandbox.Result{Status: sandbox.OK}, nil
			}}
			own := map[string]Settings{"two": {Allow: allow(t, root+"/deck", "write="+root+"/out/data")}}
			r := newRunner(t, Options{Dir: root + "/deck", Executor: f, Snippets: own})
			two := snippet("bash", "")
			two.ID = "two"
			if got := results(t, r, two)[0]; got.Status != slides.OK {
				t.Fatalf("before: %+v", got)
			}
			at := slices.IndexFunc(f.cmds[0].Policy.Mounts, func(m sandbox.Mount) bool { return m.Kind == sandbox.Writable })
			if at < 0 || f.cmds[0].Policy.Mounts[at].From == nil {
				t.Fatal("it is mounted by its path")
			}
			if err := tt.do(root); err != nil {
				t.Fatal(err)
			}
			got := results(t, r, two, snippet("bash", "other"))
			if got[0].Status != slides.SetupFailed || !strings.Contains(got[0].Remark.Says, root+"/out/data was moved or replaced after you granted it") || got[0].Remark.Try == "" {
				t.Errorf("%s %q (%s)", got[0].Status, got[0].Remark.Says, got[0].Remark.Try)
			}
			if got[1].Status != slides.OK || len(f.cmds) != 2 {
				t.Errorf("one that was granted nothing: %+v, %d commands", got[1], len(f.cmds))
			}
		})
	}
}

// The same goes for the deck's folder, and for what happens between the look and the mount.
func TestReplacedFolder(t *testing.T) {
	root, err := filepath.EvalSymlinks(files(t, map[string]string{"deck/deck.md": "", "home/x": ""}))
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{do: func(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
		return sandbox.Result{}, &sandbox.SetupError{Layer: "root", Op: "mount", Path: root + "/deck", Err: sandbox.ErrReplaced}
	}}
	r := newRunner(t, Options{Dir: root + "/deck", Executor: f})
	want := "the deck's folder was moved or replaced: it is not at " + root + "/deck any more"
	if got := results(t, r, snippet("bash", ""))[0]; got.Status != slides.SetupFailed || !strings.Contains(got.Remark.Says, want) {
		t.Errorf("%s %q, want %q", got.Status, got.Remark.Says, want)
	}
	if err := errors.Join(os.Rename(root+"/deck", root+"/old"), os.Symlink("home", root+"/deck")); err != nil {
		t.Fatal(err)
	}
	if got := results(t, r, snippet("bash", "2"))[0]; got.Status != slides.SetupFailed || !strings.Contains(got.Remark.Says, want) || len(f.cmds) != 1 {
		t.Errorf("%s %q, want %q; %d commands", got.Status, got.Remark.Says, want, len(f.cmds))
	}
}

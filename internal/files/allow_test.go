//go:build unix

package files

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestAllowed(t *testing.T) {
	dir := world(t)
	allow := []Place{
		{Path: filepath.Join(dir, "home/shared")}, {Path: filepath.Join(dir, "deck/.env")}, {Path: filepath.Join(dir, "not/there")},
		{Path: filepath.Join(dir, "deck/vault"), Named: filepath.Join(dir, "deck/v")},
	}
	write(t, filepath.Join(dir, "home/shared/sub/b.md"), "b")
	for name, target := range map[string]string{
		"home/shared/back.md": "../../deck/in.md", "home/shared/out.md": "../secret", "home/shared/dot": ".env",
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name, want string
		err        error
	}{
		{"../home/shared/a.md", "shared", nil},
		{filepath.Join(dir, "home/shared/sub/b.md"), "b", nil},
		{"shared.md", "shared", nil},
		{"outdir/shared/a.md", "shared", nil},
		{"../home/shared/back.md", "in", nil}, // to the deck's folder
		{"../home/shared/.env", "given", nil}, // the user has named its folder
		{"../home/shared/dot", "given", nil},
		{".env", "KEY=secret", nil},
		{"pub.md", "KEY=secret", nil},
		{"vault/notes.md", "secret", nil},
		{"../home/shared/out.md", "", ErrOutside},
		{"../home/secret", "", ErrOutside},
		{"../home/shared", "", ErrNotRegular},
		{"../not/there", "", ErrOutside},
		{"creds", "", ErrSecret},
	} {
		for way, r := range open(t, filepath.Join(dir, "deck"), Policy{Secret: secret, Allow: allow}) {
			t.Run(way+"/"+tt.name, func(t *testing.T) { check(t, r, tt.name, tt.want, tt.err) })
		}
	}
}

// An allowed file is that name in its folder: what takes its place is not followed elsewhere.
func TestAllowedFileReplaced(t *testing.T) {
	dir := world(t)
	given := filepath.Join(dir, "home/given")
	write(t, given, "given")
	for way, r := range open(t, filepath.Join(dir, "deck"), Policy{Allow: []Place{{Path: given}}}) {
		check(t, r, given, "given", nil)
		if err := errors.Join(os.Remove(given), os.Symlink("secret", given)); err != nil {
			t.Fatal(err)
		}
		if got, err := r.Read(given, 100); !errors.Is(err, ErrOutside) {
			t.Errorf("%s: Read = %q, %v, want %v", way, got, err, ErrOutside)
		}
		if err := os.Remove(given); err != nil {
			t.Fatal(err)
		}
		write(t, given, "given")
	}
}

// A place is what was found there: a link that takes its place, or that of a folder above it, is not
// followed, and neither is another folder taken for it.
func TestPlaceReplaced(t *testing.T) {
	for _, tt := range []struct {
		name string
		lent bool
		want string
		err  error
	}{
		{"by its path", false, "", ErrOutside},
		{"as it was opened", true, "shared", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := world(t)
			shared := filepath.Join(dir, "home/shared")
			place := Place{Path: shared}
			if tt.lent {
				f, err := os.Open(shared)
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				place.File = f
			}
			write(t, filepath.Join(dir, "private/a.md"), "secret")
			if err := errors.Join(os.Rename(shared, shared+"-moved"), os.Symlink(filepath.Join(dir, "private"), shared)); err != nil {
				t.Fatal(err)
			}
			for way, r := range open(t, filepath.Join(dir, "deck"), Policy{Allow: []Place{place, {Path: filepath.Join(shared, "a.md")}}}) {
				t.Run(way, func(t *testing.T) { check(t, r, "../home/shared/a.md", tt.want, tt.err) })
			}
		})
	}
}

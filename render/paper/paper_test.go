package paper

import (
	"bufio"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestDated: the description gets the date, at the same length; text that looks alike stays, and so does
// what comes after the first stream.
func TestDated(t *testing.T) {
	at := time.Date(2024, 2, 29, 1, 2, 3, 0, time.UTC)
	const in = "%PDF-1.4\n<</Title (a /ModDate \\(D:20261127164405+00'00'\\))\n/CreationDate (D:20261127164405+01'00')\n" +
		"/ModDate (D:20261127164405-09'30')>>\nstream\n/ModDate (D:20261127164405+00'00')endstream"
	const want = "%PDF-1.4\n<</Title (a /ModDate \\(D:20261127164405+00'00'\\))\n/CreationDate (D:20240229010203+00'00')\n" +
		"/ModDate (D:20240229010203+00'00')>>\nstream\n/ModDate (D:20261127164405+00'00')endstream"
	if got := string(dated([]byte(in), at)); got != want {
		t.Errorf("dated: %s", got)
	}
	if got := string(dated([]byte("no file"), at)); got != "no file" {
		t.Errorf("dated: %s", got)
	}
}

// TestRenumbered: two files whose elements have other numbers become the same one; text and streams stay.
func TestRenumbered(t *testing.T) {
	file := func(a, b, c string) string {
		return "<</Title (node00000042)>>\n/ID (node" + b + ")>>\n<</Length 23>> stream\n/ID (node00000042)\nendstream\n" +
			"/Headers [(node" + a + ") (node" + b + ")]>>\n/Limits [(node" + a + ") (node" + c + ")]\n" +
			"/Names [(node" + a + ") 1 0 R\n(node" + b + ") 2 0 R (node" + c + ") 3 0 R]"
	}
	want := file("00000001", "00000002", "00000003")
	for _, in := range []string{file("00000076", "00000077", "00000093"), file("00000077", "00000078", "00000094"), want} {
		if got := string(renumbered([]byte(in))); got != want {
			t.Errorf("%s becomes %s", in, got)
		}
	}
	if got := string(renumbered([]byte("no file"))); got != "no file" {
		t.Error(got)
	}
}

func TestDate(t *testing.T) {
	for _, tt := range []struct{ env, want string }{
		{"", "1970-01-01T00:00:00Z"}, {"1700000000", "2023-11-14T22:13:20Z"},
		{"-5", ""}, {"soon", ""}, {"99999999999999", ""},
	} {
		t.Setenv("SOURCE_DATE_EPOCH", tt.env)
		got, err := Date()
		if tt.want == "" {
			if err == nil || !strings.Contains(err.Error(), tt.env) {
				t.Errorf("%q: %v, %v", tt.env, got, err)
			}
			continue
		}
		if err != nil || got.Format(time.RFC3339) != tt.want {
			t.Errorf("%q: %v, %v; want %s", tt.env, got, err, tt.want)
		}
	}
}

// TestReadMessage: messages may be longer than the buffer, and have a limit.
func TestReadMessage(t *testing.T) {
	long := strings.Repeat("x", 100)
	r := bufio.NewReaderSize(strings.NewReader("{}\x00"+long+"\x00"+long+"\x00"), 16)
	for _, want := range []string{"{}", long} {
		if got, err := readMessage(r, 200); string(got) != want || err != nil {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	if got, err := readMessage(r, 50); err == nil {
		t.Errorf("%q is within the limit", got)
	}
}

func TestReason(t *testing.T) {
	for _, tt := range []struct{ said, want string }{
		{"", ""},
		{"a\nb\n\n", "b"},
		{"a\n[1:2:ERROR:bus.cc] bus\n[1:2:FATAL:zygote.cc(1)] No usable sandbox!\n#0 0x55\nmore\n", "[1:2:FATAL:zygote.cc(1)] No usable sandbox!"},
		{strings.Repeat("long\n", 5000) + "end\n", "end"},
	} {
		var s tail
		if _, err := s.Write([]byte(tt.said)); err != nil {
			t.Fatal(err)
		}
		if got := s.reason(); got != tt.want {
			t.Errorf("%.40q: %q, want %q", tt.said, got, tt.want)
		}
		if len(s.buf) > 8<<10 {
			t.Errorf("keeps %d bytes", len(s.buf))
		}
	}
}

// TestBrowser: only what PATH names by an absolute path counts, and a machine without a browser says what to install.
func TestBrowser(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems keep browsers elsewhere, too")
	}
	dir := t.TempDir()
	t.Chdir(dir)
	for _, path := range []string{"", ".", "/nonexistent"} {
		if err := os.WriteFile("chromium", []byte("#!/bin/sh\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", path)
		if got, err := Browser(); err != ErrNoBrowser {
			t.Errorf("PATH=%q: %q, %v", path, got, err)
		}
	}
	t.Setenv("PATH", dir)
	if got, err := Browser(); got != filepath.Join(dir, "chromium") || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// TestLaunchFails: a program that is no browser is an error with what it said, and leaves no files.
func TestLaunchFails(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no shell scripts")
	}
	tmp, err := os.MkdirTemp(os.TempDir(), "p")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(tmp) })
	if len(tmp) > mostTemp {
		t.Skip("the folder for temporary files has too long a path")
	}
	name := filepath.Join(t.TempDir(), "chromium")
	t.Setenv("TMPDIR", tmp)
	for script, want := range map[string]string{
		"echo no display >&2; exit 1":                               "the browser ended: no display",
		"printf 'ERROR\\0' >&4; cat <&3":                            "its answer is not JSON",
		`printf '{"id":1,"error":{"message":"no"}}\0' >&4; cat <&3`: "Browser.getVersion: no",
	} {
		if err := os.WriteFile(name, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := launch(t.Context(), name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", script, err, want)
		}
		if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
			t.Errorf("%s leaves %v, %v", script, left, err)
		}
	}
}

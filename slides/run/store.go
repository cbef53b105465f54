package run

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	disk "github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/slides"
)

// store keeps results and compiled programs on disk, under names that say what they were made
// from. Entries never change: several processes may use the same store, and whoever writes an
// entry that is there already replaces it by its like. Only its owner can look into it.
//
//	results/ab/abcdef….json   a checksum line, then the entry
//	bin/abcdef…/              program and log.json of a build
//	target/… go/… cargo/…     what compilers keep, see the builders
type store struct {
	dir string
}

// entry is a stored result.
type entry struct {
	Key     string
	Status  slides.Status
	Phase   string
	Exit    int           `json:",omitempty"`
	Signal  string        `json:",omitempty"`
	Reason  string        `json:",omitempty"`
	Hint    string        `json:",omitempty"`
	Elapsed time.Duration `json:",omitempty"`
	Built   time.Duration `json:",omitempty"`
	Layers  []string      `json:",omitempty"`
	Missing []string      `json:",omitempty"`
	Skip    int           `json:",omitempty"` // see relocator
	Log     []chunk
}

// result returns the entry as a result without output.
func (e entry) result() slides.Result {
	return slides.Result{
		State: slides.Done, Status: e.Status, Phase: e.Phase, Exit: e.Exit, Signal: e.Signal, Reason: e.Reason,
		Hint: e.Hint, Elapsed: e.Elapsed, Built: e.Built, Layers: e.Layers, Missing: e.Missing, Origin: slides.Cached,
	}
}

// makeEntry is the other way around.
func makeEntry(key string, r slides.Result, skip int, raw []chunk) entry {
	return entry{
		Key: key, Status: r.Status, Phase: r.Phase, Exit: r.Exit, Signal: r.Signal, Reason: r.Reason, Hint: r.Hint,
		Elapsed: r.Elapsed, Built: r.Built, Layers: r.Layers, Missing: r.Missing, Skip: skip, Log: raw,
	}
}

// cacheable reports whether a result may be kept: the program ended by itself. What a limit ended
// may go better on a faster machine or with a larger limit.
func cacheable(r slides.Result) bool {
	return r.Status == slides.OK || r.Status == slides.Exited || r.Status == slides.Signaled
}

// openStore makes the store's directories.
func openStore(dir string) (*store, error) {
	for _, d := range []string{"", "results", "bin", "target", "go", "cargo", "tmp"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
			return nil, err
		}
	}
	probe, err := os.CreateTemp(filepath.Join(dir, "tmp"), "probe-")
	if err != nil {
		return nil, err
	}
	return &store{dir: dir}, errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// cacheDir is where the store is unless somebody says otherwise.
func cacheDir() (string, error) {
	if dir := os.Getenv("XDG_CACHE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "slidexec"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	if !filepath.IsAbs(home) {
		return "", fmt.Errorf("home directory %q is not absolute", home)
	}
	if _, err := os.Stat(home); err != nil { // not ours to make
		return "", err
	}
	return filepath.Join(home, ".cache", "slidexec"), nil
}

func (s *store) resultPath(key string) string {
	return filepath.Join(s.dir, "results", key[:2], key+".json")
}

// get returns a stored result. One that is damaged counts as missing.
func (s *store) get(key string) (entry, bool) {
	b, err := os.ReadFile(s.resultPath(key))
	if err != nil {
		return entry{}, false
	}
	sum, body, _ := bytes.Cut(b, []byte("\n"))
	var e entry
	if string(sum) != checksum(body) || json.Unmarshal(body, &e) != nil || e.Key != key {
		return entry{}, false
	}
	now := time.Now()
	_ = os.Chtimes(s.resultPath(key), now, now) // pruning drops what was not used for long
	return e, true
}

// put stores a result.
func (s *store) put(e entry) error {
	body, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode result: %w", err)
	}
	path := s.resultPath(e.Key)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("keep result: %w", err)
	}
	data := append([]byte(checksum(body)+"\n"), body...)
	if err := disk.Write(path, data, 0o600); err != nil {
		return fmt.Errorf("keep result: %w", err)
	}
	return nil
}

func checksum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// build is a kept compiled program: where it is, and what the compiler said.
type build struct {
	Program string `json:"-"`
	Log     []chunk
}

// program returns a compiled program.
func (s *store) program(key string) (build, bool) {
	dir := filepath.Join(s.dir, "bin", key)
	b, err := os.ReadFile(filepath.Join(dir, "log.json"))
	if err != nil {
		return build{}, false
	}
	out := build{Program: filepath.Join(dir, "program")}
	if json.Unmarshal(b, &out) != nil || !regular(out.Program) {
		return build{}, false
	}
	now := time.Now()
	_ = os.Chtimes(dir, now, now)
	return out, true
}

// keepProgram copies a compiled program into the store. The file was written by foreign code: it
// must be a plain one.
func (s *store) keepProgram(key string, src *os.File, b build) (build, error) {
	// A file with holes claims any size; filled, it would be that large.
	if st, err := src.Stat(); err != nil || st.Size() > buildLimits.FileSize {
		return build{}, errors.Join(err, fmt.Errorf("take the compiled program: it is larger than %d bytes", buildLimits.FileSize))
	}
	tmp, err := os.MkdirTemp(filepath.Join(s.dir, "tmp"), "bin-")
	if err != nil {
		return build{}, fmt.Errorf("keep the compiled program: %w", err)
	}
	defer os.RemoveAll(tmp)
	dst, err := os.OpenFile(filepath.Join(tmp, "program"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return build{}, fmt.Errorf("keep the compiled program: %w", err)
	}
	_, err = io.Copy(dst, src)
	// The sandbox's user is another than ours when root started us: it may read and execute.
	err = errors.Join(err, dst.Chmod(0o755), dst.Close())
	body, jsonErr := json.Marshal(b)
	if err = errors.Join(err, jsonErr); err == nil {
		err = os.WriteFile(filepath.Join(tmp, "log.json"), body, 0o600)
	}
	if err == nil {
		dir := filepath.Join(s.dir, "bin", key)
		_ = os.RemoveAll(dir) // a damaged one; a good one would have been used
		if err = os.Rename(tmp, dir); err != nil && regular(filepath.Join(dir, "program")) {
			err = nil // another process was faster
		}
	}
	if err != nil {
		return build{}, fmt.Errorf("keep the compiled program: %w", err)
	}
	b.Program = filepath.Join(s.dir, "bin", key, "program")
	return b, nil
}

func regular(path string) bool {
	st, err := os.Lstat(path)
	return err == nil && st.Mode().IsRegular()
}

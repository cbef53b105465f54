package toolchain

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides/fetch"
)

// Cargo builds programs that need crates, in phases with a policy for each:
//
//   - Fetch runs cargo alone, on a manifest that we wrote and a stub for a program: no code of the deck
//     or of a crate is executed. Fetch runs in a sandbox, whose one way to the network is a
//     fetch.Gate. The sandbox writes to memory, and its files are taken into our CARGO_HOME afterwards.
//   - The build runs build scripts and macros, which are foreign code. So it runs in a sandbox without
//     network: Build says how.
//
// Crates go to a CARGO_HOME of ours. The user's own holds credentials, and sharing it with builds
// would let one program change the files that the next one compiles.
type Cargo struct {
	Cargo, Rustc Tool
	Dir          string      // a directory of ours for crates and lock files
	Config       CargoConfig // the user's settings for registries and the network
	Environ      []string    // the user's environment, for settings of the network

	// Granted are places from which the user lets this deck fetch, besides registries.
	Granted []fetch.Place
	// Run runs a command in the sandbox.
	Run func(context.Context, *sandbox.Cmd) (sandbox.Result, error)
	// Limits bound fetching; zero fields mean ten minutes and one GiB.
	Limits sandbox.Limits
	// Gate changes how the network is reached, for tests; nil: nothing is changed.
	Gate func(*fetch.Gate)
}

// FetchError says that packages are not available. Log is the tool's output.
type FetchError struct {
	Reason string // one line
	Hint   string
	Log    []byte
	Place  string // the place that may not be fetched from, as a manifest may write it; or ""
}

func (e *FetchError) Error() string { return "fetch crates: " + e.Reason }

// NewCargo finds cargo and rustc and the user's settings. dir is a directory that only we use.
func NewCargo(f *Finder, dir string) (*Cargo, error) {
	cargo, err := f.Find("cargo")
	if err != nil {
		return nil, err
	}
	rustc, err := f.Find("rustc")
	if err != nil {
		return nil, err
	}
	config, err := f.cargoConfig()
	if err != nil {
		return nil, err
	}
	return &Cargo{Cargo: cargo, Rustc: rustc, Dir: dir, Config: config, Environ: os.Environ()}, nil
}

// Stamp identifies the compiler for cache keys.
func (c *Cargo) Stamp() string { return c.Cargo.Stamp + "\n" + c.Rustc.Stamp }

func (c *Cargo) home() string { return filepath.Join(c.Dir, "home") }

// lockDir returns the directory of a manifest's lock file, which exists when its crates are all
// there.
func (c *Cargo) lockDir(manifest []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s", c.Cargo.Stamp, c.Config.Fetch, manifest)
	return filepath.Join(c.Dir, "lock", hex.EncodeToString(h.Sum(nil)[:16]))
}

// Lock returns the lock file of a manifest whose crates were fetched before.
func (c *Cargo) Lock(manifest []byte) ([]byte, bool) {
	lock, err := os.ReadFile(filepath.Join(c.lockDir(manifest), "Cargo.lock"))
	if err != nil || (bytes.Contains(lock, []byte("\nsource = ")) && !isDir(c.home())) {
		return nil, false
	}
	return lock, true
}

// Forget drops the lock file of a manifest, so that the next Fetch looks for its crates again.
func (c *Cargo) Forget(manifest []byte) error { return os.RemoveAll(c.lockDir(manifest)) }

// Fetch makes every crate of a manifest available and returns the lock file. It uses existing
// crates before it asks the network. If cargo or a server refuses, the error is a *FetchError. No
// other Fetch into the same directory may run at the time.
func (c *Cargo) Fetch(ctx context.Context, manifest []byte) ([]byte, error) {
	if lock, ok := c.Lock(manifest); ok {
		return lock, nil
	}
	if err := c.prepare(); err != nil {
		return nil, err
	}
	lock, err := c.fetch(ctx, manifest, nil)
	if err != nil && needsNetwork(err) {
		var gate *fetch.Gate
		if gate, err = c.gate(); err != nil {
			return nil, err
		}
		lock, err = c.fetch(ctx, manifest, gate)
	}
	if err != nil {
		return nil, err
	}
	return lock, c.keepLock(manifest, lock)
}

// keepLock keeps the lock file of a manifest whose crates are all there.
func (c *Cargo) keepLock(manifest, lock []byte) error {
	work, err := os.MkdirTemp(filepath.Join(c.Dir, "lock"), "new-")
	if err != nil {
		return fmt.Errorf("keep lock file: %w", err)
	}
	defer os.RemoveAll(work)
	if err := os.WriteFile(filepath.Join(work, "Cargo.lock"), lock, 0o644); err != nil {
		return fmt.Errorf("keep lock file: %w", err)
	}
	// If another process was first, its lock file stays: both are good.
	if err := os.Rename(work, c.lockDir(manifest)); err != nil && !isDir(c.lockDir(manifest)) {
		return fmt.Errorf("keep lock file: %w", err)
	}
	return nil
}

// crates are the directories of a CARGO_HOME that hold fetched crates.
var crates = []string{"registry", "git"}

// prepare makes our CARGO_HOME, which contains nothing but crates: settings and credentials are
// mounted over it, never read from it.
func (c *Cargo) prepare() error {
	entries, err := os.ReadDir(c.home())
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("prepare cargo's directory: %w", err)
	}
	for _, e := range entries {
		if slices.Contains(crates, e.Name()) && e.IsDir() {
			continue
		}
		if err := os.RemoveAll(filepath.Join(c.home(), e.Name())); err != nil {
			return fmt.Errorf("prepare cargo's directory: %w", err)
		}
	}
	dirs := []string{filepath.Join(c.Dir, "lock"), c.home()}
	for _, name := range crates {
		dirs = append(dirs, filepath.Join(c.home(), name))
	}
	for _, dir := range dirs {
		// The sandbox's user may enter, whatever the umask is: the directories above stay closed.
		if err := errors.Join(os.MkdirAll(dir, 0o755), os.Chmod(dir, 0o755)); err != nil {
			return fmt.Errorf("prepare cargo's directory: %w", err)
		}
	}
	return nil
}

// needsNetwork reports whether an offline attempt failed because something must be downloaded.
func needsNetwork(err error) bool {
	e, ok := errors.AsType[*FetchError](err)
	return ok && bytes.Contains(e.Log, []byte("--offline")) || ok && bytes.Contains(e.Log, []byte("offline mode"))
}

// cargoReason picks the sentences of cargo's message that state the problem: the error, and the
// cause at the end of the chain if there is one.
func cargoReason(log []byte) string {
	reason, cause, caused := "", "", false
	for line := range strings.Lines(string(log)) {
		line = strings.TrimSpace(line)
		msg, isError := strings.CutPrefix(line, "error: ")
		switch {
		case isError && reason == "":
			reason = msg
		case line == "Caused by:":
			caused = true
		case caused && line != "":
			cause, caused = line, false
		}
	}
	switch {
	case reason == "":
		return "cargo could not fetch the crates"
	case cause != "":
		return reason + ": " + cause
	}
	return reason
}

// fetchHint suggests remedies for failures that authors meet.
func fetchHint(log string) string {
	for _, h := range []struct{ says, hint string }{
		{"no matching package", "check the crate's name"},
		{"failed to select a version", "check the crate's version and features"},
		{"does not have", "check the crate's features"},
		{"certificate", "set SSL_CERT_FILE or CARGO_HTTP_CAINFO to the certificates of your network"},
		{"resolve host", "run this once while there is a network: slidexec keeps the crates"},
		{"onnect", "run this once while there is a network: slidexec keeps the crates"},
		{"download", "run this once while there is a network: slidexec keeps the crates"},
	} {
		if strings.Contains(log, h.says) {
			return h.hint
		}
	}
	return ""
}

// Step is one command of a build, to be run in a sandbox.
type Step struct {
	Args   []string // Args[0] is the program
	Env    []string
	Dir    string
	Mounts []sandbox.Mount
	Keep   string               // the mount, in memory, whose content is the step's product; "": there is none
	Left   string               // the file below it that the step makes
	Take   func(*os.Root) error // takes other files that are wanted; may be nil
}

// Build says how to compile a fetched package. target is a directory of ours with earlier products.
// Programs with the same target share compiled crates, and trust each other. The build sees it
// copied on write, and compiled crates are taken back.
func (c *Cargo) Build(manifest, lock []byte, source, target string) Step {
	const home, pkg = boxHome, boxPackage
	mounts := append([]sandbox.Mount{
		{Kind: sandbox.ReadOnly, Src: filepath.Join(c.home(), "registry"), Dst: home + "/registry", Optional: true},
		{Kind: sandbox.ReadOnly, Src: filepath.Join(c.home(), "git"), Dst: home + "/git", Optional: true},
		{Kind: sandbox.File, Dst: home + "/config.toml", Data: []byte(c.Config.Build)},
		{Kind: sandbox.File, Dst: pkg + "/Cargo.toml", Data: manifest},
		{Kind: sandbox.File, Dst: pkg + "/Cargo.lock", Data: lock},
		{Kind: sandbox.File, Dst: pkg + "/" + ProgramFile, Data: []byte(source)},
		{Kind: sandbox.CopyOn, Src: target, Dst: boxTarget},
	}, c.Config.Mounts...)
	mounts = append(mounts, c.toolMounts()...)
	return Step{
		Args: []string{c.Cargo.Path, "build", "--quiet", "--offline", "--locked", "--color", "always", "--bin", "snippet"},
		Env: append(append(c.indexes(),
			"CARGO_HOME="+home, "CARGO_TARGET_DIR="+boxTarget, "CARGO_NET_OFFLINE=true", "RUSTC="+c.Rustc.Path,
			// Only one small crate changes at a time: keeping its parts costs more than it saves.
			"CARGO_INCREMENTAL=0",
		), append(c.Cargo.Env, c.Rustc.Env...)...),
		Dir:    pkg,
		Mounts: mounts,
		Keep:   boxTarget,
		Left:   "debug/snippet",
		Take:   func(dir *os.Root) error { return compiled(dir, target) },
	}
}

// toolMounts are those of cargo and rustc.
func (c *Cargo) toolMounts() []sandbox.Mount {
	mounts := slices.Clone(c.Cargo.Mounts)
	for _, m := range c.Rustc.Mounts {
		if len(c.Cargo.Mounts) == 0 || m.Dst != c.Cargo.Mounts[0].Dst { // usually the same installation
			mounts = append(mounts, m)
		}
	}
	return mounts
}

// indexes are the addresses of registries in the user's environment: a build needs them to find
// crates fetched from there. An address with credentials in it is left out.
func (c *Cargo) indexes() []string {
	var out []string
	for _, kv := range c.Environ {
		name, value, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(name, "CARGO_REGISTRIES_") && strings.HasSuffix(name, "_INDEX") && value != "" && !strings.Contains(value, "@") {
			out = append(out, kv)
		}
	}
	return out
}

// The most disk space and files of a deck's compiled crates, all together.
const (
	mostCompiled      = 2 << 30
	mostCompiledFiles = 100_000
)

// compiled takes the compiled crates of a build into the directory that it began with. It keeps
// nothing of the program itself, which is compiled again whenever it changes. If the directory
// would exceed its limits, compiled empties it instead.
func compiled(target *os.Root, dir string) error {
	own := func(name string) bool {
		base := filepath.Base(name)
		return strings.HasPrefix(base, "snippet-") || strings.HasPrefix(base, "snippet.") || base == "snippet" || base == "incremental"
	}
	size, files := treeSize(dir)
	err := Taking{Skip: own, Bytes: mostCompiled - size, Files: mostCompiledFiles - files}.Take(target, dir)
	if errors.Is(err, ErrTooMuch) {
		return emptyDir(dir)
	}
	return err
}

// emptyDir removes the content of a directory.
func emptyDir(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return err
}

// Missing reports whether a build failed because fetched crates do not exist any more.
func Missing(log []byte) bool {
	return bytes.Contains(log, []byte("--offline")) && bytes.Contains(log, []byte("download"))
}

package toolchain

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/slidexec/slidexec/sandbox"
)

// Cargo builds programs that need crates, in phases with a policy each:
//
//   - Fetch has the network and runs cargo alone, on a manifest that we wrote and a stub for a
//     program: nothing of the deck and nothing of a crate is executed.
//   - The build runs build scripts and macros, foreign code, and so in a sandbox without network:
//     Build says how.
//
// Crates go to a CARGO_HOME of ours. The user's own holds credentials, and sharing it with
// builds would let one program change what the next one compiles.
type Cargo struct {
	Cargo, Rustc Tool
	Dir          string      // a directory of ours for crates and lock files
	Config       CargoConfig // the user's settings for registries and the network
	Environ      []string    // the user's environment, for settings of the network
}

// FetchError says that crates could not be had. Log is what cargo wrote.
type FetchError struct {
	Reason string // one line
	Hint   string
	Log    []byte
}

func (e *FetchError) Error() string { return "fetch crates: " + e.Reason }

// NewCargo finds cargo and rustc and the user's settings. dir is a directory that is ours alone.
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

// lockDir is where the lock file of a manifest is kept, once its crates are all there.
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

// Fetch makes every crate of a manifest available and returns the lock file. What is here already
// is used before the network is asked. The error is a *FetchError where cargo said no.
func (c *Cargo) Fetch(ctx context.Context, manifest []byte) ([]byte, error) {
	if lock, ok := c.Lock(manifest); ok {
		return lock, nil
	}
	if err := c.prepare(); err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp(filepath.Join(c.Dir, "lock"), "new-")
	if err != nil {
		return nil, fmt.Errorf("prepare fetching: %w", err)
	}
	defer os.RemoveAll(work)
	for name, data := range map[string]string{"Cargo.toml": string(manifest), ProgramFile: "fn main() {}\n"} {
		if err := os.WriteFile(filepath.Join(work, name), []byte(data), 0o644); err != nil {
			return nil, fmt.Errorf("prepare fetching: %w", err)
		}
	}
	offline := c.run(ctx, work, "--offline")
	if offline != nil && needsNetwork(offline) {
		// A lock file that was begun offline may name fewer crates than there are.
		_ = os.Remove(filepath.Join(work, "Cargo.lock"))
		offline = c.run(ctx, work, "")
	}
	if offline != nil {
		return nil, offline
	}
	lock, err := os.ReadFile(filepath.Join(work, "Cargo.lock"))
	if err != nil {
		return nil, fmt.Errorf("read lock file: %w", err)
	}
	// Whoever was first keeps theirs: both are good.
	if err := os.Rename(work, c.lockDir(manifest)); err != nil && !isDir(c.lockDir(manifest)) {
		return nil, fmt.Errorf("keep lock file: %w", err)
	}
	return lock, nil
}

// prepare makes our CARGO_HOME with the user's settings that concern the network.
func (c *Cargo) prepare() error {
	for _, dir := range []string{filepath.Join(c.Dir, "lock"), filepath.Join(c.home(), "registry"), filepath.Join(c.home(), "git")} {
		// Open to the sandbox's user, whatever the umask: the directories above are not.
		if err := errors.Join(os.MkdirAll(dir, 0o755), os.Chmod(dir, 0o755)); err != nil {
			return fmt.Errorf("prepare cargo's directory: %w", err)
		}
	}
	path := filepath.Join(c.home(), "config.toml")
	if old, err := os.ReadFile(path); err == nil && string(old) == c.Config.Fetch {
		return nil
	}
	tmp := path + fmt.Sprintf(".%d", os.Getpid())
	if err := os.WriteFile(tmp, []byte(c.Config.Fetch), 0o600); err != nil {
		return fmt.Errorf("write cargo's settings: %w", err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return fmt.Errorf("write cargo's settings: %w", err)
	}
	return nil
}

// run runs cargo fetch outside of a sandbox. It starts in the root directory: cargo reads settings
// from every directory above the current one, and ours may lie below a deck's.
func (c *Cargo) run(ctx context.Context, work, flag string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	args := []string{"-c", `umask 022; exec "$@"`, "sh", c.Cargo.Host, "fetch", "--manifest-path", filepath.Join(work, "Cargo.toml")}
	if flag != "" {
		args = append(args, flag)
	}
	cmd := exec.CommandContext(ctx, "/bin/sh", args...)
	cmd.Dir = "/"
	cmd.Env = c.fetchEnv()
	cmd.WaitDelay = 2 * time.Second
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("fetch crates: %w", ctx.Err())
	}
	if _, ok := errors.AsType[*exec.ExitError](err); !ok {
		return fmt.Errorf("run cargo: %w", err)
	}
	said := bytes.ReplaceAll(log.Bytes(), []byte(" ("+work+")"), nil) // a place that says nothing to an author
	return &FetchError{Reason: cargoReason(said), Hint: fetchHint(string(said)), Log: said}
}

// passed are the settings of the user's environment that fetching honours; one that ends in _ is
// a prefix.
var passed = []string{
	"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
	"SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE",
	"CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTRIES_", "CARGO_REGISTRY_", "CARGO_SOURCE_",
}

// fetchEnv is cargo's environment while fetching. An empty setting is left out: to cargo it would
// be a setting of nothing, an empty CARGO_HTTP_CAINFO for one trusts nobody.
func (c *Cargo) fetchEnv() []string {
	env := []string{
		"PATH=" + filepath.Dir(c.Cargo.Host) + ":/usr/local/bin:/usr/bin:/bin", "HOME=" + c.home(),
		"CARGO_HOME=" + c.home(), "RUSTC=" + c.Rustc.Host, "CARGO_TERM_COLOR=never", "CARGO_TERM_PROGRESS_WHEN=never",
	}
	if !slices.ContainsFunc(c.Environ, func(kv string) bool { return strings.HasPrefix(kv, "CARGO_NET_RETRY=") }) {
		env = append(env, "CARGO_NET_RETRY=2") // without a network, the default waits for 12 s
	}
	for _, kv := range c.Environ {
		name, value, _ := strings.Cut(kv, "=")
		for _, p := range passed {
			if value != "" && (name == p || strings.HasSuffix(p, "_") && strings.HasPrefix(name, p)) {
				env = append(env, kv)
				break
			}
		}
	}
	return env
}

// needsNetwork reports whether an offline attempt failed for lack of something to download.
func needsNetwork(err error) bool {
	e, ok := errors.AsType[*FetchError](err)
	return ok && bytes.Contains(e.Log, []byte("--offline")) || ok && bytes.Contains(e.Log, []byte("offline mode"))
}

// cargoReason picks the sentences out of cargo's message that say what is wrong: the error, and the
// cause at the end of the chain where there is one.
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

// fetchHint says what to try for the failures that authors meet.
func fetchHint(log string) string {
	for _, h := range []struct{ says, hint string }{
		{"no matching package", "check the crate's name"},
		{"failed to select a version", "check the crate's version and features"},
		{"does not have", "check the crate's features"},
		{"certificate", "set SSL_CERT_FILE or CARGO_HTTP_CAINFO to the certificates of your network"},
		{"resolve host", "crates are fetched once: run this while there is a network, it is not needed afterwards"},
		{"onnect", "crates are fetched once: run this while there is a network, it is not needed afterwards"},
		{"download", "crates are fetched once: run this while there is a network, it is not needed afterwards"},
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
}

// Build says how to compile a fetched package. target is a directory of ours for everything
// compiled: what shares it shares compiled crates, and trusts each other. The program is then
// Artefact below it.
func (c *Cargo) Build(manifest, lock []byte, source, target string) Step {
	const home, pkg = "/box/cargo", "/box/pkg"
	mounts := append([]sandbox.Mount{
		{Kind: sandbox.ReadOnly, Src: filepath.Join(c.home(), "registry"), Dst: home + "/registry", Optional: true},
		{Kind: sandbox.ReadOnly, Src: filepath.Join(c.home(), "git"), Dst: home + "/git", Optional: true},
		{Kind: sandbox.File, Dst: home + "/config.toml", Data: []byte(c.Config.Build)},
		{Kind: sandbox.File, Dst: pkg + "/Cargo.toml", Data: manifest},
		{Kind: sandbox.File, Dst: pkg + "/Cargo.lock", Data: lock},
		{Kind: sandbox.File, Dst: pkg + "/" + ProgramFile, Data: []byte(source)},
		{Kind: sandbox.Out, Src: target, Dst: "/box/target"},
	}, c.Config.Mounts...)
	mounts = append(mounts, c.Cargo.Mounts...)
	for _, m := range c.Rustc.Mounts {
		if len(c.Cargo.Mounts) == 0 || m.Dst != c.Cargo.Mounts[0].Dst { // usually the same installation
			mounts = append(mounts, m)
		}
	}
	return Step{
		Args: []string{c.Cargo.Path, "build", "--quiet", "--offline", "--locked", "--color", "always", "--bin", "snippet"},
		Env: append(append(c.indexes(),
			"CARGO_HOME="+home, "CARGO_TARGET_DIR=/box/target", "CARGO_NET_OFFLINE=true", "RUSTC="+c.Rustc.Path,
			// One crate changes at a time, and it is small: keeping its parts costs more than it saves.
			"CARGO_INCREMENTAL=0",
		), append(c.Cargo.Env, c.Rustc.Env...)...),
		Dir:    pkg,
		Mounts: mounts,
	}
}

// indexes are the places of registries that the user's environment names: a build has to know them
// to find what was fetched from there. One with credentials in it stays behind.
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

// Artefact returns the path of the compiled program below a target directory.
func Artefact(target string) string { return filepath.Join(target, "debug", "snippet") }

// Missing reports whether a build failed because fetched crates are not there any more.
func Missing(log []byte) bool {
	return bytes.Contains(log, []byte("--offline")) && bytes.Contains(log, []byte("download"))
}

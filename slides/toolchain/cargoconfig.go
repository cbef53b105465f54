package toolchain

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/pelletier/go-toml/v2"

	"github.com/slidexec/slidexec/sandbox"
)

// CargoConfig is what of the user's cargo settings concerns where crates come from. Settings that
// name programs to run (wrappers, linkers, runners, credential providers) and tokens stay behind.
type CargoConfig struct {
	Fetch  string          // settings for fetching
	Build  string          // settings for building, offline
	Mounts []sandbox.Mount // directories that take the place of a registry
}

// keptConfig lists the keys that are taken over, by table; nil means every key.
var keptConfig = map[string][]string{
	"source": nil,
	"http": {"proxy", "cainfo", "check-revoke", "ssl-version", "timeout", "low-speed-limit", "multiplexing",
		"user-agent", "proxy-cainfo"},
	"net":      {"retry", "git-fetch-with-cli", "offline"},
	"registry": {"default"},
}

// cargoConfig reads the settings of the user's CARGO_HOME.
func (f *Finder) cargoConfig() (CargoConfig, error) {
	home := f.under("CARGO_HOME", ".cargo")
	all := table{}
	for _, name := range []string{"config", "config.toml"} { // the old name wins in cargo, too
		b, err := readSmall(filepath.Join(home, name))
		if home == "" || err != nil {
			continue
		}
		if err := toml.Unmarshal(b, &all); err != nil {
			return CargoConfig{}, fmt.Errorf("read %s: %w", filepath.Join(home, name), err)
		}
		break
	}
	fetch := table{}
	for name, keys := range keptConfig {
		if t, ok := all[name].(table); ok {
			fetch[name] = only(t, keys)
		}
	}
	if t, ok := all["registries"].(table); ok {
		fetch["registries"] = registries(t)
	}
	var c CargoConfig
	c.Mounts = absolutePaths(fetch, filepath.Dir(home))
	build := table{"net": table{"offline": true}}
	for _, name := range []string{"source", "registries"} {
		if t, ok := fetch[name]; ok {
			build[name] = t
		}
	}
	var err error
	if c.Fetch, err = encode(fetch); err != nil {
		return CargoConfig{}, err
	}
	c.Build, err = encode(build)
	return c, err
}

// only returns the keys of a table that are kept.
func only(t table, keys []string) table {
	if keys == nil {
		return t
	}
	out := table{}
	for _, k := range keys {
		if v, ok := t[k]; ok {
			out[k] = v
		}
	}
	return out
}

// registries keeps where each registry is, without its token.
func registries(t table) table {
	out := table{}
	for name, v := range t {
		if r, ok := v.(table); ok {
			out[name] = only(r, []string{"index", "protocol"})
		}
	}
	return out
}

// absolutePaths resolves the paths in settings, which are relative to the directory above
// CARGO_HOME, and returns the mounts for directories that hold crates.
func absolutePaths(config table, base string) []sandbox.Mount {
	abs := func(t table, key string) string {
		p, ok := t[key].(string)
		if !ok {
			return ""
		}
		if !filepath.IsAbs(p) {
			p = filepath.Join(base, p)
		}
		t[key] = filepath.Clean(p)
		return filepath.Clean(p)
	}
	if t, ok := config["http"].(table); ok {
		abs(t, "cainfo")
		abs(t, "proxy-cainfo")
	}
	var mounts []sandbox.Mount
	sources, _ := config["source"].(table)
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		t, ok := sources[name].(table)
		if !ok {
			continue
		}
		for _, key := range []string{"directory", "local-registry"} {
			if p := abs(t, key); p != "" && !slices.ContainsFunc(systemDirs, func(d string) bool { return inside(p, d) }) {
				mounts = append(mounts, sandbox.Mount{Kind: sandbox.ReadOnly, Src: p, Dst: p, Optional: true})
			}
		}
	}
	return mounts
}

func encode(t table) (string, error) {
	var b bytes.Buffer
	if err := toml.NewEncoder(&b).Encode(t); err != nil {
		return "", fmt.Errorf("write cargo's settings: %w", err)
	}
	return b.String(), nil
}

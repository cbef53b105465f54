package toolchain

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/pelletier/go-toml/v2"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides/fetch"
)

// CargoConfig is the part of the user's cargo settings about sources of crates. It leaves out
// tokens, and settings that name programs to run (wrappers, linkers, runners, credential
// providers).
type CargoConfig struct {
	Fetch        string          // settings for fetching
	Build        string          // settings for building, offline
	Mounts       []sandbox.Mount // directories that replace a registry
	Places       []fetch.Place   // registries and repositories that the user chose
	Indexes      []string        // addresses of registries, as written
	Proxy        string          // the proxy to the network
	Certificates []string        // files of trusted certificates
}

// keptConfig lists the keys to copy, by table; nil means every key.
var keptConfig = map[string][]string{
	"source":   nil,
	"http":     {"cainfo", "check-revoke", "ssl-version", "timeout", "low-speed-limit", "multiplexing", "user-agent"},
	"net":      {"retry", "git-fetch-with-cli", "offline"},
	"registry": {"default"},
}

// cargoConfig reads the settings of the user's CARGO_HOME.
func (f *Finder) cargoConfig() (CargoConfig, error) {
	home := f.under("CARGO_HOME", ".cargo")
	all := table{}
	for _, name := range []string{"config", "config.toml"} { // cargo, too, prefers the old name
		b, err := readSmall(filepath.Join(home, name))
		if home == "" || err != nil {
			continue
		}
		if err := toml.Unmarshal(b, &all); err != nil {
			return CargoConfig{}, fmt.Errorf("read %s: %w", filepath.Join(home, name), err)
		}
		break
	}
	kept := table{}
	for name, keys := range keptConfig {
		if t, ok := all[name].(table); ok {
			kept[name] = only(t, keys)
		}
	}
	if t, ok := all["registries"].(table); ok {
		kept["registries"] = registries(t)
	}
	var c CargoConfig
	c.Mounts = absolutePaths(kept, filepath.Dir(home))
	c.Places, c.Indexes = places(kept)
	if t, ok := all["http"].(table); ok {
		c.Proxy, _ = t["proxy"].(string)
	}
	if t, ok := kept["http"].(table); ok {
		if file, ok := t["cainfo"].(string); ok {
			c.Certificates = append(c.Certificates, file)
		}
	}
	build := table{"net": table{"offline": true}}
	for _, name := range []string{"source", "registries"} {
		if t, ok := kept[name]; ok {
			build[name] = t
		}
	}
	var err error
	if c.Fetch, err = encode(kept); err != nil {
		return CargoConfig{}, err
	}
	c.Build, err = encode(build)
	return c, err
}

// places returns the places of the user's registries and sources.
func places(config table) (out []fetch.Place, indexes []string) {
	for _, name := range []string{"source", "registries"} {
		list, _ := config[name].(table)
		for _, entry := range slices.Sorted(maps.Keys(list)) {
			t, _ := list[entry].(table)
			for _, key := range []string{"registry", "git", "index"} {
				address, _ := t[key].(string)
				if p, ok := fetch.PlaceOf(address); ok {
					p.Own = true
					out, indexes = append(out, p), append(indexes, address)
				}
			}
		}
	}
	return out, indexes
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

// registries keeps the place of each registry, without its token.
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

package toolchain

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides/fetch"
)

// Cargo's view of the network: places, the user's way there, and the certificates that the user
// trusts.

// defaultPlaces are cargo's sources unless the settings name others.
var defaultPlaces = []fetch.Place{
	{Host: "index.crates.io", Port: 443, Own: true}, {Host: "static.crates.io", Port: 443, Own: true}, {Host: "crates.io", Port: 443, Own: true},
}

// Places returns the places that need no permission, and those that the deck was granted.
func (c *Cargo) Places() []fetch.Place {
	places := slices.Concat(c.Config.Places, defaultPlaces, c.Granted)
	for _, kv := range c.Environ {
		name, value, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(name, "CARGO_REGISTRIES_") && !strings.HasPrefix(name, "CARGO_SOURCE_") {
			continue
		}
		if p, ok := fetch.PlaceOf(value); ok {
			p.Own = true
			places = append(places, p)
		}
	}
	return places
}

// Allows reports whether a place may be fetched from.
func (c *Cargo) Allows(p fetch.Place) bool {
	return slices.ContainsFunc(c.Places(), func(o fetch.Place) bool { return o.Host == p.Host && o.Port == p.Port && (o.Own || p.Private() == "") })
}

// gate returns cargo's way to the network.
func (c *Cargo) gate() (*fetch.Gate, error) {
	proxies := fetch.FromEnvironment(c.Environ)
	own := c.Config.Proxy
	for _, kv := range c.Environ {
		if v, ok := strings.CutPrefix(kv, "CARGO_HTTP_PROXY="); ok && v != "" {
			own = v
		}
	}
	if own != "" {
		proxies.HTTP, proxies.HTTPS = own, own
	}
	if err := proxies.Check(); err != nil {
		return nil, &FetchError{Reason: err.Error(), Hint: "set HTTPS_PROXY, or http.proxy in ~/.cargo/config.toml, to such a proxy"}
	}
	g := &fetch.Gate{Places: c.Places(), Quota: 2 * c.limits().Tmp, Proxy: proxies.For, More: c.downloads, TLS: c.tls()}
	if c.Gate != nil {
		c.Gate(g)
	}
	return g, nil
}

// tls returns settings that trust the user's certificates besides the machine's.
func (c *Cargo) tls() *tls.Config {
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	for _, file := range c.certificates() {
		if pem, err := files.ReadPlain(file, 4<<20); err == nil { // a folder, or gone: cargo explains more about it
			roots.AppendCertsFromPEM(pem)
		}
	}
	return &tls.Config{RootCAs: roots}
}

// downloads returns the places that keep the crates of the user's registries. They may be on
// another host than the index, which names them in a file. The user chose them by choosing the
// registry.
func (c *Cargo) downloads(ctx context.Context, client *http.Client) []fetch.Place {
	var out []fetch.Place
	for _, index := range c.sparse() {
		const patience, most = 20 * time.Second, 64 << 10
		ctx, cancel := context.WithTimeout(ctx, patience)
		var config struct{ DL, API string }
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(index, "/")+"/config.json", nil)
		if err == nil {
			var res *http.Response
			if res, err = client.Do(r); err == nil {
				err = errors.Join(json.NewDecoder(io.LimitReader(res.Body, most)).Decode(&config), res.Body.Close())
			}
		}
		cancel()
		if err != nil {
			continue // no further places: cargo is refused, and the user told which place
		}
		for _, address := range []string{config.DL, config.API} {
			if p, ok := fetch.PlaceOf(address); ok {
				p.Own = true
				out = append(out, p)
			}
		}
	}
	return out
}

// sparse returns the HTTP indexes of the user's registries.
func (c *Cargo) sparse() []string {
	list := slices.Clone(c.Config.Indexes)
	for _, kv := range c.Environ {
		name, value, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(name, "CARGO_REGISTRIES_") || strings.HasPrefix(name, "CARGO_SOURCE_") {
			list = append(list, value)
		}
	}
	var out []string
	for _, address := range list {
		if url, ok := strings.CutPrefix(address, "sparse+"); ok {
			out = append(out, url)
		}
	}
	return out
}

// certificateVars name files and directories of certificates.
var certificateVars = []string{"SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "CARGO_HTTP_CAINFO"}

// passed are the settings in the user's environment that fetching honours in the sandbox; a name
// that ends in _ is a prefix. The gate uses the user's proxies.
var passed = append(slices.Clone(certificateVars), "CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTRIES_", "CARGO_REGISTRY_", "CARGO_SOURCE_")

// certificates returns the files and directories of certificates that the user trusts.
func (c *Cargo) certificates() []string {
	list := slices.Clone(c.Config.Certificates)
	for _, kv := range c.Environ {
		name, value, _ := strings.Cut(kv, "=")
		if slices.Contains(certificateVars, name) && value != "" {
			list = append(list, value)
		}
	}
	return list
}

// trusted returns mounts of the user's certificates, wherever they are.
func (c *Cargo) trusted() []sandbox.Mount {
	var mounts []sandbox.Mount
	shown := append(slices.Clone(systemDirs), "/etc/ssl", "/etc/pki", "/proc", "/sys", "/dev", "/box")
	for _, file := range c.certificates() {
		file = filepath.Clean(file)
		if filepath.IsAbs(file) && file != "/" && !slices.ContainsFunc(shown, func(d string) bool { return inside(file, d) }) {
			mounts = append(mounts, sandbox.Mount{Kind: sandbox.ReadOnly, Src: file, Dst: file, Optional: true})
		}
	}
	return mounts
}

// fetchEnv returns cargo's environment while fetching. It leaves out empty settings, because cargo
// would honour them: an empty CARGO_HTTP_CAINFO, for one, trusts nobody.
func (c *Cargo) fetchEnv() []string {
	env := []string{
		"PATH=" + path.Dir(c.Cargo.Path) + ":/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "CARGO_LOCK=" + boxPackage + "/Cargo.lock",
		"CARGO_HOME=" + boxHome, "RUSTC=" + c.Rustc.Path, "CARGO_TERM_COLOR=never", "CARGO_TERM_PROGRESS_WHEN=never",
		// For users whose cargo calls git.
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0", "GIT_ALLOW_PROTOCOL=https:http",
	}
	if !slices.ContainsFunc(c.Environ, func(kv string) bool { return strings.HasPrefix(kv, "CARGO_NET_RETRY=") }) {
		env = append(env, "CARGO_NET_RETRY=2") // without a network, the default waits for 12 s
	}
	for _, kv := range c.Environ {
		name, value, _ := strings.Cut(kv, "=")
		if strings.Contains(name, "CREDENTIAL_PROVIDER") { // its value is the name of a program
			continue
		}
		for _, p := range passed {
			if value != "" && (name == p || strings.HasSuffix(p, "_") && strings.HasPrefix(name, p)) {
				env = append(env, kv)
				break
			}
		}
	}
	for _, name := range []string{"http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "CARGO_HTTP_PROXY"} {
		env = append(env, name+"=http://"+sandbox.Door)
	}
	env = append(env, c.Cargo.Env...)
	return append(env, c.Rustc.Env...)
}

//go:build linux

package run

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/fetch"
)

// The user's own registry may be on this machine, and may keep its crates where it likes.
func TestFetchMirror(t *testing.T) {
	var tarball bytes.Buffer
	zipped := gzip.NewWriter(&tarball)
	archive := tar.NewWriter(zipped)
	for name, text := range map[string]string{"tiny-1.0.0/Cargo.toml": "[package]\nname = \"tiny\"\nversion = \"1.0.0\"\n", "tiny-1.0.0/src/lib.rs": "pub fn x() -> u8 { 42 }\n"} {
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(archive, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(archive.Close(), zipped.Close()); err != nil {
		t.Fatal(err)
	}
	crates := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(tarball.Bytes()) }))
	defer crates.Close()
	index := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/index/config.json":
			_, _ = fmt.Fprintf(w, "{\"dl\": %q}", crates.URL+"/{crate}/{version}")
		case "/index/ti/ny/tiny":
			_, _ = fmt.Fprintf(w, "{\"name\":\"tiny\",\"vers\":\"1.0.0\",\"deps\":[],\"features\":{},\"yanked\":false,\"cksum\":\"%x\"}\n", sha256.Sum256(tarball.Bytes()))
		default:
			http.NotFound(w, r)
		}
	}))
	defer index.Close()
	config := "[source.crates-io]\nreplace-with = 'mirror'\n[source.mirror]\nregistry = 'sparse+" + index.URL + "/index/'\n"
	code := "//! ```cargo\n//! [dependencies]\n//! tiny = \"1\"\n//! ```\nfn main() {\n    println!(\"tiny {}\", tiny::x());\n}\n"
	r := fetcher(t, Options{NoCache: true}, network{}, config)
	if res, said := fetchesRust(t, r, code); res.Status != slides.OK || !strings.Contains(said, "tiny 42") {
		t.Errorf("%+v\n%s", res, said)
	}
	r = fetcher(t, Options{NoCache: true, gate: func(g *fetch.Gate) { g.More = nil }}, network{}, config)
	if res, said := fetchesRust(t, r, code); res.Status != slides.SetupFailed || !strings.Contains(said, "is this machine") {
		t.Errorf("crates of a host that the registry did not name: %+v\n%s", res, said)
	}
}

// A module that the go.mod beside the deck requires comes from the user's module proxy, checked
// against the go.sum; without that, nothing is compiled.
func TestFetchModule(t *testing.T) {
	sources := map[string]string{"go.mod": "module example.com/dep\n\ngo 1.21\n", "dep.go": "package dep\n\nconst Text = \"from a module\"\n"}
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	sums := ""
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		full := "example.com/dep@v1.0.0/" + name
		w, err := archive.Create(full)
		if err == nil {
			_, err = io.WriteString(w, sources[name])
		}
		if err != nil {
			t.Fatal(err)
		}
		sums += fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(sources[name])), full)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	h1 := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "h1:" + base64.StdEncoding.EncodeToString(sum[:])
	}
	var asked atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		switch r.URL.Path {
		case "/example.com/dep/@v/v1.0.0.info":
			_, _ = io.WriteString(w, `{"Version":"v1.0.0"}`)
		case "/example.com/dep/@v/v1.0.0.mod":
			_, _ = io.WriteString(w, sources["go.mod"])
		case "/example.com/dep/@v/v1.0.0.zip":
			_, _ = w.Write(packed.Bytes())
		default:
			http.NotFound(w, r)
		}
	}))
	defer proxy.Close()
	good := "example.com/dep v1.0.0 " + h1(sums) + "\nexample.com/dep v1.0.0/go.mod " + h1(fmt.Sprintf("%x  go.mod\n", sha256.Sum256([]byte(sources["go.mod"])))) + "\n"
	const code = "package main\n\nimport \"example.com/dep\"\n\nfunc main() { println(dep.Text) }\n"
	n := network{"proxy.example", publicAddr, proxy.Listener.Addr().String()}
	t.Setenv("GOPROXY", "http://proxy.example,direct")
	t.Setenv("GOSUMDB", "off")
	try := func(sum string) (slides.Result, string) {
		dir := files(t, map[string]string{"go.mod": "module example.org/talk\n\ngo 1.21\n\nrequire example.com/dep v1.0.0\n", "go.sum": sum})
		r := fetcher(t, Options{Dir: dir, CacheDir: warm, NoCache: true}, n, "")
		res := do(t, r, inDeck("go", "", code))
		return res, res.Remark.Says + "\n" + string(res.Bytes())
	}
	if res, said := try(good); res.Status != slides.OK || !strings.Contains(said, "from a module") || asked.Load() == 0 {
		t.Errorf("%+v\n%s", res, said)
	}
	if res, said := try(strings.Replace(good, "h1:", "h1:A", 1)); res.Status != slides.SetupFailed || res.Phase != "fetch" {
		t.Errorf("with another sum: %+v\n%s", res, said)
	}
	t.Setenv("GOPROXY", "direct")
	before := asked.Load()
	if res, said := try(good); res.Status != slides.SetupFailed || asked.Load() != before {
		t.Errorf("without a proxy: %+v\n%s", res, said)
	}
}

// Command minify makes the scripts and style sheets that pages get out of those that people write.
//
//	go generate ./render/html/...
//
// runs it in each folder that has some. It writes deck.js to min/deck.js, without comments, spaces and long
// names, and so on; the program embeds those files alone. A test fails if they are not made from the present sources.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/js"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "minify:", err)
		os.Exit(1)
	}
}

// run makes the files of a folder, and removes those whose source is gone.
func run(dir string) error {
	made, err := makeAll(dir)
	if err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(dir, "min", "*"))
	if err != nil {
		return err
	}
	for _, path := range old {
		if _, ok := made[filepath.Base(path)]; !ok {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "min"), 0o777); err != nil {
		return err
	}
	for name, data := range made {
		if err := os.WriteFile(filepath.Join(dir, "min", name), data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// makeAll returns what is made of the scripts and style sheets of a folder, by name.
func makeAll(dir string) (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, pattern := range []string{"*.js", "*.css"} {
		paths, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			source, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			if out[filepath.Base(path)], err = minified(filepath.Base(path), source); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	return out, nil
}

// minified returns a script or style sheet in fewer bytes. It ends with a line, so that several can be joined.
func minified(name string, source []byte) ([]byte, error) {
	var out bytes.Buffer
	var err error
	if strings.HasSuffix(name, ".css") {
		err = (&css.Minifier{}).Minify(minify.New(), &out, bytes.NewReader(source), nil)
		return append(out.Bytes(), '\n'), err
	}
	err = (&js.Minifier{}).Minify(minify.New(), &out, bytes.NewReader(source), nil)
	return append(bytes.TrimRight(out.Bytes(), ";\n"), ";\n"...), err
}

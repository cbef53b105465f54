package talk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/internal/files"
)

// Unread says why the deck called name cannot be read, and suggests a remedy.
func Unread(name string, err error) error {
	shown := strconv.Quote(name)
	if name == "-" {
		shown = "standard input"
	}
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no deck %s%s", shown, nearbyDecks(name))
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("this user may not read %s", shown)
	case errors.Is(err, files.ErrTooLarge):
		return fmt.Errorf("%s is larger than the %s that a deck may have; %s", shown, budget.Deck.Amount(), budget.Deck.Try)
	case errors.Is(err, files.ErrNotRegular) && isFolder(name):
		return fmt.Errorf("%s is a folder, not a deck%s", shown, nearbyDecks(filepath.Join(name, "x")))
	case errors.Is(err, files.ErrNotRegular):
		return fmt.Errorf("%s is neither a file nor a pipe, so not a deck", shown)
	case errors.Is(err, files.ErrKernel):
		return fmt.Errorf("%s is %w", shown, files.ErrKernel)
	case errors.Is(err, files.ErrNoWriter):
		return fmt.Errorf("%s is %w; - reads a deck from standard input", shown, files.ErrNoWriter)
	}
	return fmt.Errorf("read the deck %s: %w", shown, err)
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// nearbyDecks names the decks in the folder of a missing file.
func nearbyDecks(name string) string {
	found, err := filepath.Glob(filepath.Join(filepath.Dir(name), "*.md"))
	if err != nil || len(found) == 0 {
		return ""
	}
	if len(found) > 5 {
		return fmt.Sprintf("; the folder has %d others, such as %q", len(found), found[0])
	}
	for i, f := range found {
		found[i] = strconv.Quote(f)
	}
	last := len(found) - 1
	if last == 0 {
		return "; there is " + found[0]
	}
	return "; there is " + strings.Join(found[:last], ", ") + " and " + found[last]
}

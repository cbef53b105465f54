package theme

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
)

// Variables are the names that braces in a footer may hold.
func Variables() []string {
	return []string{"current_slide", "total_slides", "author", "title", "sub_title", "event", "location", "date"}
}

// Expand replaces each {NAME} in the template of a footer. Two braces stand for one.
func Expand(template string, value func(name string) (string, error)) (string, error) {
	var b strings.Builder
	for i := 0; i < len(template); i++ {
		switch c := template[i]; {
		case strings.HasPrefix(template[i:], "{{"), strings.HasPrefix(template[i:], "}}"):
			b.WriteByte(c)
			i++
		case c == '}':
			return "", fmt.Errorf("found } without {; write }} for the character")
		case c == '{':
			name, _, closed := strings.Cut(template[i+1:], "}")
			switch {
			case strings.Contains(name, "{"):
				return "", fmt.Errorf("found { inside of {…}; write {{ for the character")
			case !closed:
				return "", fmt.Errorf("nothing closes {; write {{ for the character")
			}
			if !slices.Contains(Variables(), name) {
				return "", &hinted{fmt.Sprintf("unsupported variable %q", name), text.Suggest(name, "variables: ", Variables())}
			}
			v, err := value(name)
			if err != nil {
				return "", err
			}
			b.WriteString(v)
			i += len(name) + 1
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), nil
}

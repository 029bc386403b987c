package contract

import (
	"fmt"
	"os"
	"path"
	"strings"

	"github.com/goccy/go-yaml"
)

// Known are mistakes of the contract itself, by evidence.
type Known []*Mistake

// Mistake explains the differences that all its fields match.
type Mistake struct {
	Operations []string `yaml:"operations"` // "SERVICE OPERATIONID", where * is any text without slashes, or ends it with any text
	Status     int      `yaml:"status"`     // any, if 0
	Pointer    string   `yaml:"pointer"`    // the end of it; any, if ""
	Message    string   `yaml:"message"`    // part of it; any, if ""
	Reason     string   `yaml:"reason"`     // what is wrong in the contract
	Evidence   string   `yaml:"evidence"`   // what a real cloud answers

	used map[string]bool // of Operations
}

// ReadKnown reads a list of known mistakes.
func ReadKnown(file string) (Known, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var known Known
	if err := yaml.UnmarshalWithOptions(text, &known, yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for i, m := range known {
		if len(m.Operations) == 0 || m.Reason == "" || m.Evidence == "" || m.Status == 0 && m.Pointer == "" && m.Message == "" {
			return nil, fmt.Errorf("%s: mistake %d: want operations, reason, evidence, and a status, pointer or message", file, i+1)
		}
		m.used = map[string]bool{}
	}
	return known, nil
}

// explains says whether one of the mistakes is the reason of a difference.
func (k Known) explains(d Difference) bool {
	yes := false
	for _, m := range k {
		yes = m.explains(d) || yes
	}
	return yes
}

func (m *Mistake) explains(d Difference) bool {
	if m.Status != 0 && m.Status != d.Status || !strings.HasSuffix(d.Pointer, m.Pointer) || !strings.Contains(d.Message, m.Message) {
		return false
	}
	yes := false
	for _, pattern := range m.Operations {
		if covers(pattern, d.Service+" "+d.Operation) {
			m.used[pattern], yes = true, true
		}
	}
	return yes
}

func covers(pattern, operation string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok && strings.HasPrefix(operation, prefix) {
		return true
	}
	ok, err := path.Match(pattern, operation)
	return err == nil && ok
}

// Unused lists what no difference needed of the list, among the services given.
func (k Known) Unused(services ...string) []string {
	var out []string
	for _, m := range k {
		for _, pattern := range m.Operations {
			service, _, _ := strings.Cut(pattern, " ")
			for _, s := range services {
				if s == service && !m.used[pattern] {
					out = append(out, fmt.Sprintf("%s %s%s: %s", pattern, m.Pointer, m.Message, m.Reason))
				}
			}
		}
	}
	return out
}

package conform

import (
	"fmt"
	"strings"

	"github.com/fauxstack/fauxstack/steps"
)

// Facts tells people what a cloud has.
func Facts(t *steps.Traits) []Fact {
	facts := []Fact{
		{"identity", t.AuthURL},
		{"block storage", "microversions up to " + t.BlockStorage},
		{"images", "API up to " + t.Image + importing(t.ImportMethods)},
		{"behaves as", t.Release},
		{"stores", stores(t)},
	}
	if len(t.Backends) > 0 {
		facts = append(facts, Fact{"backends", strings.Join(t.Backends, ", ")})
	}
	if len(t.VolumeTypes) > 0 {
		facts = append(facts, Fact{"volume types", strings.Join(t.VolumeTypes, ", ")})
	}
	if t.Room >= 0 {
		facts = append(facts, Fact{"room", fmt.Sprintf("for %s in the project of %s", count(t.Room, "more volume"), steps.Member)})
	}
	for _, person := range []string{steps.Admin, steps.Member, steps.Foreign} {
		if p, ok := t.Projects[person]; ok {
			facts = append(facts, Fact{person, fmt.Sprintf("project %s, roles %s", p.Name, strings.Join(t.Roles[person], ", "))})
		} else {
			facts = append(facts, Fact{person, "nobody"})
		}
	}
	return facts
}

func importing(methods []string) string {
	if len(methods) == 0 {
		return ", no import"
	}
	return ", import by " + strings.Join(methods, ", ")
}

func stores(t *steps.Traits) string {
	if t.SingleStore {
		return "one, without a name"
	}
	var list []string
	for _, s := range t.Stores {
		if marks := s.Marks(); marks != "" {
			list = append(list, s.ID+" ("+marks+")")
		} else {
			list = append(list, s.ID)
		}
	}
	return strings.Join(list, ", ")
}

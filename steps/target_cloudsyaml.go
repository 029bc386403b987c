package steps

import (
	"context"
	"sync"
)

// CloudsYAML is a RunningCloud that is reached by entries of a clouds.yaml, which it reads when the first scenario begins.
type CloudsYAML struct {
	File   string            // "": where OpenStack's clients look for a clouds.yaml
	People map[string]string // person (admin, demo, alt_demo) -> entry of the file

	Configured []string // as RunningCloud's
	Release    string

	once  sync.Once
	cloud RunningCloud
	err   error
}

// CloudEntries are the People of a clouds.yaml that has an entry for each under a common name: reference-admin,
// reference-demo and reference-alt_demo for "reference".
func CloudEntries(prefix string) map[string]string {
	return map[string]string{Admin: prefix + "-admin", Member: prefix + "-demo", Foreign: prefix + "-alt_demo"}
}

// Open reads the entries, on first use, and hands out the one cloud.
func (t *CloudsYAML) Open(ctx context.Context, s Scenario) (Cloud, error) {
	t.once.Do(func() {
		t.cloud.Configured, t.cloud.Release, t.cloud.People = t.Configured, t.Release, map[string]Login{}
		for person, entry := range t.People {
			if t.cloud.People[person], t.err = FromCloudsYAML(t.File, entry); t.err != nil {
				return
			}
		}
	})
	if t.err != nil {
		return nil, t.err
	}
	return t.cloud.Open(ctx, s)
}

func (t *CloudsYAML) renames() {}

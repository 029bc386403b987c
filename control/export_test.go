package control

import "slices"

// Routes are all "METHOD /path" of the API.
func Routes() []string {
	var list []string
	for _, r := range routes() {
		list = append(list, r.method+" "+r.path)
	}
	slices.Sort(list)
	return list
}

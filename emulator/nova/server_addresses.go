package nova

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

type addressesOut struct {
	Addresses map[string][]string `json:"addresses"`
}

// addressList serves GET /servers/{server_id}/ips: servers have none. API reference: Compute, "List Ips".
func (s *Service) addressList(c *httpapi.Call) (addressesOut, error) {
	_, err := s.serverFor(c, s.db.View())
	return addressesOut{map[string][]string{}}, err
}

// addressShow serves GET /servers/{server_id}/ips/{network_label}. API reference: Compute, "Show Ip Details".
func (s *Service) addressShow(c *httpapi.Call) error {
	if _, err := s.serverFor(c, s.db.View()); err != nil {
		return err
	}
	return fail.New(fail.NotFound, "Instance is not a member of specified network")
}

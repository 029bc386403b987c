package cinder

import "github.com/fauxstack/fauxstack/emulator/internal/httpapi"

// transferRows are transfers, in the old place and in the new.
//
// Quirk: what the API reference has since 3.55 is there whatever the microversion (observed on release Zed).
func transferRows() []row {
	rows := append(transferRowsAt("os-volume-transfer"), transferRowsAt("volume-transfers")...)
	for i := range rows {
		switch rows[i].Op {
		case "cinder.os-volume-transfer.list":
			rows[i].Handle = httpapi.Get((*Service).transferListOld)
		case "cinder.os-volume-transfer.list_detail":
			rows[i].Handle = httpapi.Get((*Service).transferListDetailOld)
		case "cinder.os-volume-transfer.create":
			rows[i].Body, rows[i].Handle = httpapi.Schema(schemaTransferCreate), httpapi.JSON((*Service).transferCreateOld)
		}
	}
	return rows
}

func transferRowsAt(collection string) []row {
	op, transfers := "cinder."+collection, project+"/"+collection
	one := transfers + "/{id}"
	return []row{
		{
			Op: op + ".list", Method: "GET", Path: transfers, Policy: "volume:get_all_transfers",
			Handle: httpapi.Get((*Service).transferList),
		},
		{
			Op: op + ".list_detail", Method: "GET", Path: transfers + "/detail", Policy: "volume:get_all_transfers",
			Handle: httpapi.Get((*Service).transferListDetail),
		},
		{
			Op: op + ".create", Method: "POST", Path: transfers, Success: 202, Policy: "volume:create_transfer", Late: true,
			Body:   httpapi.Bodies{{Schema: schemaTransferCreate}, {Since: "3.55", Schema: schemaTransferCreate355}},
			Handle: httpapi.JSON((*Service).transferCreate),
		},
		{
			Op: op + ".show", Method: "GET", Path: one, Policy: "volume:get_transfer",
			Handle: httpapi.Get((*Service).transferShow),
		},
		{
			Op: op + ".delete", Method: "DELETE", Path: one, Success: 202, Policy: "volume:delete_transfer", Late: true,
			Handle: (*Service).transferDelete,
		},
		{
			Op: op + ".accept", Method: "POST", Path: one + "/accept", Success: 202, Policy: "volume:accept_transfer",
			Body: httpapi.Schema(schemaTransferAccept), Handle: httpapi.JSON((*Service).transferAccept),
		},
	}
}

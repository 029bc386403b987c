@cinder
Feature: Transfers
  Who has a volume offers it; who has the offer's key accepts it, and the volume is theirs.

  Background:
    Given block storage microversion 3.55
    And an available volume "boot" of 1 GiB

  @op:cinder.volume-transfers.create @op:cinder.volume-transfers.accept
  Scenario: A volume changes hands
    Given I create "offer" by POST "volume-transfers" to Cinder:
      """
      {"transfer": {"volume_id": "{boot}", "name": "{name:offer}"}}
      """
    And "transfer.auth_key" of the answer is called "key"
    And the volume "boot" is "awaiting-transfer"
    When a stranger sends POST "volume-transfers/{offer}/accept" to Cinder:
      """
      {"accept": {"auth_key": "{key}"}}
      """
    Then the answer is 202
    And the answer says:
      | transfer.id        | {offer} |
      | transfer.volume_id | {boot}  |
    And the volume "boot" becomes "available"
    When a stranger sends GET "volumes/{boot}" to Cinder
    Then the answer says:
      | volume.os-vol-tenant-attr:tenant_id | {a stranger's project} |
    When I try to send GET "volumes/{boot}" to Cinder
    Then it is refused as not found, saying "Volume {boot} could not be found."

  @op:cinder.volume-transfers.show
  Scenario: The key is told once
    Given I create "offer" by POST "volume-transfers" to Cinder:
      """
      {"transfer": {"volume_id": "{boot}", "name": "{name:offer}"}}
      """
    When I send GET "volume-transfers/{offer}" to Cinder
    Then the answer says:
      | transfer.name         | {name:offer} |
      | transfer.volume_id    | {boot}       |
      | transfer.no_snapshots | false        |
    And the answer does not say "transfer.auth_key"
    When a stranger tries to send GET "volume-transfers/{offer}" to Cinder
    Then it is refused as not found, saying "Transfer {offer} could not be found."

  @op:cinder.volume-transfers.accept
  Scenario: Not with another key
    Given I create "offer" by POST "volume-transfers" to Cinder:
      """
      {"transfer": {"volume_id": "{boot}", "name": "{name:offer}"}}
      """
    When a stranger tries to send POST "volume-transfers/{offer}/accept" to Cinder:
      """
      {"accept": {"auth_key": "guess"}}
      """
    Then it is refused as a bad request, saying "Invalid auth key: Attempt to transfer {offer} with invalid auth key."
    And the volume "boot" is "awaiting-transfer"

  @op:cinder.volume-transfers.delete
  Scenario: An offer is taken back
    Given I create "offer" by POST "volume-transfers" to Cinder:
      """
      {"transfer": {"volume_id": "{boot}", "name": "{name:offer}"}}
      """
    When I try to delete the volume "boot"
    Then it is refused as a bad request, saying "Invalid volume: Volume status must be available or error or error_restoring or error_extending or error_managing and must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be disassociated from snapshots after volume transfer."
    When I send DELETE "volume-transfers/{offer}" to Cinder
    Then the answer is 202
    And the volume "boot" is "available"

  @op:cinder.volume-transfers.create
  Scenario: Not what is in use
    Given I attach the volume "boot"
    When I try to send POST "volume-transfers" to Cinder:
      """
      {"transfer": {"volume_id": "{boot}"}}
      """
    Then it is refused as a bad request, saying "Invalid volume: status must be available"

  @op:cinder.volume-transfers.accept
  Scenario Outline: Its snapshots <come along>
    Given I create "monday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the snapshot "monday" becomes "available"
    And I create "offer" by POST "volume-transfers" to Cinder:
      """
      {"transfer": {"volume_id": "{boot}", "name": "{name:offer}", "no_snapshots": <without>}}
      """
    And "transfer.auth_key" of the answer is called "key"
    When a stranger sends POST "volume-transfers/{offer}/accept" to Cinder:
      """
      {"accept": {"auth_key": "{key}"}}
      """
    And the volume "boot" becomes "available"
    And <who has it> GET "snapshots/{monday}" to Cinder
    Then the answer is 200
    When <who has not> to send GET "snapshots/{monday}" to Cinder
    Then it is refused as not found, saying "Snapshot {monday} could not be found."

    Examples:
      | come along | without | who has it       | who has not      |
      | come along | false   | a stranger sends | I try            |
      | stay       | true    | I send           | a stranger tries |

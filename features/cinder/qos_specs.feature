@cinder
Feature: QoS specs
  What volumes of a type may do to their backend, or a hypervisor to them.

  Background:
    Given the administrator creates "slow" by POST "qos-specs" to Cinder:
      """
      {"qos_specs": {"name": "{name:slow}", "consumer": "front-end", "total_iops_sec": "100"}}
      """

  @op:cinder.qos-specs.create @op:cinder.qos-specs.show
  Scenario: They are kept
    When the administrator sends GET "qos-specs/{slow}" to Cinder
    Then the answer says:
      | qos_specs.name     | {name:slow}              |
      | qos_specs.consumer | front-end                |
      | qos_specs.specs    | {"total_iops_sec":"100"} |

  @op:cinder.qos-specs.create
  Scenario: A name once
    When the administrator tries to send POST "qos-specs" to Cinder:
      """
      {"qos_specs": {"name": "{name:slow}"}}
      """
    Then it is refused as a conflict, saying in the end "already exists."

  @op:cinder.qos-specs.update @op:cinder.qos-specs.delete_keys
  Scenario: Keys come and go
    When the administrator sends PUT "qos-specs/{slow}" to Cinder:
      """
      {"qos_specs": {"read_iops_sec": "50"}}
      """
    And the administrator sends PUT "qos-specs/{slow}/delete_keys" to Cinder:
      """
      {"keys": ["total_iops_sec"]}
      """
    Then the answer is 202
    When the administrator sends GET "qos-specs/{slow}" to Cinder
    Then the answer says:
      | qos_specs.specs | {"read_iops_sec":"50"} |

  @op:cinder.qos-specs.associate @op:cinder.qos-specs.associations @op:cinder.qos-specs.disassociate @op:cinder.qos-specs.delete
  Scenario: A type has them
    Given a volume type "gold"
    When the administrator sends GET "qos-specs/{slow}/associate?vol_type_id={gold}" to Cinder
    Then the answer is 202
    When the administrator sends GET "qos-specs/{slow}/associations" to Cinder
    Then the answer says:
      | qos_associations.0.id               | {gold}       |
      | qos_associations.0.association_type | volume_type  |
    When the administrator tries to send DELETE "qos-specs/{slow}" to Cinder
    Then it is refused as a bad request, saying "Qos specs still in use."
    When the administrator sends GET "qos-specs/{slow}/disassociate?vol_type_id={gold}" to Cinder
    And the administrator sends DELETE "qos-specs/{slow}" to Cinder
    Then the answer is 202

  @op:cinder.qos-specs.show
  Scenario: They are not for members
    When I try to send GET "qos-specs/{slow}" to Cinder
    Then it is refused as forbidden, saying "Policy doesn't allow volume_extension:qos_specs_manage:get to be performed."

{{- define "alongside.labels" -}}
app.kubernetes.io/name: alongside
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "alongside.selects" -}}
app.kubernetes.io/name: alongside
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "alongside.fromSecret" -}}
{{- $optional := .optional | default false -}}
- name: {{ .name }}
  valueFrom: {secretKeyRef: {name: {{ .root.Values.secretName }}, key: {{ .key }}, optional: {{ $optional }}}}
{{- end }}

{{- define "alongside.background" -}}
{{- if and .Values.largeModel.enabled (eq .Values.agents.background "none") -}}
http://{{ .Release.Name }}-large-model:30000/v1
{{- else -}}
{{ .Values.agents.background }}
{{- end -}}
{{- end }}

{{- define "alongside.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
fsGroup: 10001
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "alongside.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "alongside.spread" -}}
- maxSkew: 1
  topologyKey: kubernetes.io/hostname
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "alongside.selects" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .component }}
{{- end }}
